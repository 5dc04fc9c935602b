"""What an operation is: its base class, what it may need, and option types that several share."""
