"""TikTok as channels: `posting`, `minis` and `drama_center` are three doors of one platform."""
