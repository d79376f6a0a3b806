import { AsyncResource } from 'node:async_hooks';

/** An async context of the engine. Jest asks it whether it is an open handle (`--detectOpenHandles`): only timers are some. */
export class EngineContext extends AsyncResource {
  hasRef(): boolean {
    return false;
  }
}
