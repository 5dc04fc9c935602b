"""What an operation is: its base class, what it may need, and the option types that several operations share."""
