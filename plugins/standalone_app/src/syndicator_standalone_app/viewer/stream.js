// Bytes to the video element: hls.js where it can, the browser's own HLS where it must.

// Workers would need blob: scripts, which the page's policy does not allow; episodes are short.
// A missing piece is asked for a few times and then said: nobody waits a minute for a minute's film.
const TRIES = { maxNumRetry: 3, retryDelayMs: 300, maxRetryDelayMs: 1500 };
const LOADING = { default: { maxTimeToFirstByteMs: 8000, maxLoadTimeMs: 30000, timeoutRetry: TRIES, errorRetry: TRIES } };
const SETTINGS = { enableWorker: false, startLevel: -1, maxBufferLength: 20, fragLoadPolicy: LOADING };

export function attach(video, source, failed) {
  const Hls = window.Hls;
  if (Hls?.isSupported()) {
    const stream = new Hls(SETTINGS);
    stream.on(Hls.Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR) stream.recoverMediaError();
      else failed(data);
    });
    stream.loadSource(source);
    stream.attachMedia(video);
    return () => stream.destroy();
  }
  video.src = source;
  video.addEventListener("error", failed, { once: true });
  return () => {
    video.removeAttribute("src");
    video.load();
  };
}

// The next episode's first bytes are fetched while this one plays, so that a swipe finds them.
export async function preload(cut) {
  if (!cut?.hls) return;
  const base = cut.hls.slice(0, cut.hls.lastIndexOf("/") + 1);
  for (const name of ["master.m3u8", "video.m3u8", "init.mp4", "segment-00000.m4s"]) {
    try {
      await fetch(base + name);
    } catch {
      return;
    }
  }
}
