"""`dixi-runtime bench vision`: how fast the pipeline is on this machine, and what each stage of it takes."""
