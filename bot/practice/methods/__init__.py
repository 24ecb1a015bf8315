"""The Web API's methods, a module a family; each takes a `Call` and returns the answer without `ok`."""
