//! Networks: typed weights, and their readers.
