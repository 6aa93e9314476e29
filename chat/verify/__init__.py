"""The checks that turn a draft into an answer; the only code that builds one."""
