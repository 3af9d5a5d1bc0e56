"""From the entries of the document to domain objects, one file per part of the spec."""
