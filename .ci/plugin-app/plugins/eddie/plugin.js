import { BackgroundDaemon } from 'daemonry';

const name = await Promise.resolve('eddie_hums');

class Hums {
  startup() {}
}
BackgroundDaemon({ name })(Hums);

export function register(context) {
  context.registerListener(Hums);
}
