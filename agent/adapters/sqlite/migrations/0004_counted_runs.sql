-- How many runs there are in each state, kept by the database itself: counting a hundred thousand at every scrape takes
-- longer than any other question that a scrape asks.

CREATE TABLE run_counts (
    state TEXT PRIMARY KEY,
    runs INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO run_counts SELECT state, count(*) FROM runs GROUP BY state;

CREATE TRIGGER runs_counted_in AFTER INSERT ON runs BEGIN
    INSERT INTO run_counts VALUES (NEW.state, 1) ON CONFLICT DO UPDATE SET runs = runs + 1;
END;

CREATE TRIGGER runs_counted_out AFTER DELETE ON runs BEGIN
    UPDATE run_counts SET runs = runs - 1 WHERE state = OLD.state;
END;

CREATE TRIGGER runs_counted_on AFTER UPDATE OF state ON runs WHEN OLD.state <> NEW.state BEGIN
    UPDATE run_counts SET runs = runs - 1 WHERE state = OLD.state;
    INSERT INTO run_counts VALUES (NEW.state, 1) ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
