"""The questions: who reaches whom, whether and why, what a change opens."""
