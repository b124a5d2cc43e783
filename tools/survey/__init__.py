"""Reading what packages state of themselves: licence and source repository, out of copies that lie on this machine."""
