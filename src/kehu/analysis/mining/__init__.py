"""Mining: kernels over the event log."""
