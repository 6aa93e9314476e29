"""Turn files and pages into documents and passages; imports nothing of ours."""
