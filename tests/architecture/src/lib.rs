//! Nothing to use: the tests beside this file hold the project to its own picture.
