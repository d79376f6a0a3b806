// node --experimental-websocket debugger.mjs <url>: lets a process begin that waits for its debugger, stops it once while it
// runs, for longer than its watchdog waits, and leaves.
const RUNS_MS = 2_000;
const HELD_MS = 1_500;

const socket = new globalThis.WebSocket(process.argv[2]);
let id = 0;
const send = (method) => socket.send(JSON.stringify({ id: (id += 1), method }));
let pauses = 0;
socket.addEventListener('open', () => {
  send('Debugger.enable');
  send('Runtime.runIfWaitingForDebugger');
});
socket.addEventListener('message', ({ data }) => {
  if (JSON.parse(data).method !== 'Debugger.paused') return;
  pauses += 1;
  if (pauses === 1) {
    send('Debugger.resume');
    setTimeout(() => send('Debugger.pause'), RUNS_MS);
    return;
  }
  setTimeout(() => {
    send('Debugger.resume');
    console.log('held');
    setTimeout(() => socket.close(), 200);
  }, HELD_MS);
});
