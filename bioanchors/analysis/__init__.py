"""What hangs on what: sweeps, sensitivity, attribution. Calls ``run``, not the model's insides."""
