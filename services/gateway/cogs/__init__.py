"""What members can do: each cog only translates and hands on."""
