"""What tests share: real servers, builders, patience."""
