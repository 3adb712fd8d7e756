"""Room: insight. base.* → insight.*: who is worth what, who is leaving, what goes with what. A file per question."""
