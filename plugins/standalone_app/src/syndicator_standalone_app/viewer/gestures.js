// Keys, swipes and the wheel. Each function returns how to let go again.

const SWIPE = 60; // pixels
const WHEEL_REST = 600; // milliseconds between two wheel turns that count

export function bindKeys(does) {
  const keys = {
    ArrowDown: does.next, ArrowUp: does.previous, n: does.next, p: does.previous, " ": does.toggle, k: does.toggle, m: does.mute,
    ArrowRight: () => does.seek(5), ArrowLeft: () => does.seek(-5), c: does.captions, Escape: does.back,
  };
  const press = (event) => {
    const busy = event.target.closest("select, input, dialog") || (event.key === " " && event.target.closest("button, a"));
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

export function bindSwipes(stage, up, down) {
  let from = null;
  let rest = 0;
  const start = (event) => { from = event.touches[0].clientY; };
  const end = (event) => {
    const way = from === null ? 0 : from - event.changedTouches[0].clientY;
    from = null;
    if (Math.abs(way) > SWIPE) (way > 0 ? up : down)();
  };
  const wheel = (event) => {
    if (event.target.closest("dialog") || event.timeStamp < rest || Math.abs(event.deltaY) < 20) return;
    rest = event.timeStamp + WHEEL_REST;
    (event.deltaY > 0 ? up : down)();
  };
  stage.addEventListener("touchstart", start, { passive: true });
  stage.addEventListener("touchend", end, { passive: true });
  stage.addEventListener("wheel", wheel, { passive: true });
  return () => {
    stage.removeEventListener("touchstart", start);
    stage.removeEventListener("touchend", end);
    stage.removeEventListener("wheel", wheel);
  };
}
