-- Silences: which were made from the chat, what they cover, and what others have written beside theirs.
-- Steps: who has prepared and confirmed them, as people know them.

ALTER TABLE incidents ADD COLUMN silence_comment TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN silence_matchers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE incidents ADD COLUMN own_silences TEXT NOT NULL DEFAULT '[]';
UPDATE incidents SET own_silences = json_array(silence_id)
 WHERE silence_id <> '' AND EXISTS (
    SELECT 1 FROM incident_history AS told
     WHERE told.incident_id = incidents.id AND told.what = 'silenced' AND told.actor <> -1
       AND told.detail LIKE '%silence ' || incidents.silence_id
 );

ALTER TABLE incident_actions ADD COLUMN prepared_name TEXT NOT NULL DEFAULT '';
ALTER TABLE incident_actions ADD COLUMN confirmed_name TEXT NOT NULL DEFAULT '';
