-- A file that goes along may be a picture to be looked at, not a file to be kept.
ALTER TABLE outbox ADD COLUMN is_picture INTEGER NOT NULL DEFAULT 0;
