"""Rehearsals: a stand-in for the watched systems, the real stack on one machine, and reports of what arrived when."""
