"""What every part stands on: errors, names, array functions, hyperparameters."""
