// Counts what this window sent to the server, and how much of that is answered and drawn: see telling.py.
(() => {
  const counts = () => ({ asked: 0, refreshed: 0 }); // by a person, by what refreshes itself
  const answers = (window.crewlabAnswers = { sent: counts(), drawn: counts() });

  function* fields(bytes) { // of a message in the format of Protocol Buffers
    let at = 0;
    const number = () => {
      for (let value = 0, weight = 1; ; weight *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * weight;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const key = number(), name = Math.floor(key / 8), kind = key % 8;
      if (kind === 0) yield [name, number()];
      else if (kind === 2) {
        const size = number();
        yield [name, bytes.subarray(at, (at += size))];
      } else at += kind === 1 ? 8 : 4;
    }
  }
  const get = (bytes, wanted) => {
    for (const [name, value] of fields(bytes)) if (name === wanted) return value;
  };
  const RERUN = 11, IS_AUTO_RERUN = 6, UPLOAD = 19, ID = 1;

  const noteSent = (data) => {
    const rerun = get(data, RERUN);
    if (rerun) answers.sent[get(rerun, IS_AUTO_RERUN) ? "refreshed" : "asked"] += 1;
  };
  const noteReceived = (event) => {
    if (!(event.data instanceof ArrayBuffer)) return;
    const upload = get(new Uint8Array(event.data), UPLOAD);
    const told = upload && /^answered (\d+) (\d+)$/.exec(new TextDecoder().decode(get(upload, ID)));
    if (!told) return;
    event.stopImmediatePropagation();
    const [asked, refreshed] = told.slice(1).map(Number);
    // All that came before is handled, and drawn by the next frame.
    requestAnimationFrame(() => setTimeout(() => (answers.drawn = { asked, refreshed })));
  };

  const telling = (Plain) =>
    class extends Plain {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", noteReceived);
      }
      send(data) {
        noteSent(data);
        super.send(data);
      }
    };
  let known = telling(window.WebSocket);
  Object.defineProperty(window, "WebSocket", {
    configurable: true,
    get: () => known,
    set: (other) => (known = telling(other)), // Playwright's, where a test holds what is sent
  });
})();
