//! Samples: typed inputs and labels, and their readers.
