import { type RestartOption } from '../../src';
import { createTestApplication, type TestApplication, type TestApplicationOptions } from '../../src/testing';
import type { Class } from '../../src/container/Class';
import { type Behaviour, givenListener } from './givenListener';

export const SOON: RestartOption = { delay: '1s', jitter: 0 };

/** A listener whose life a test can end, and which fails to start while it is told so. */
export class Patient {
  readonly journal: string[] = [];
  failsWith: Error | undefined;
  startsIn: '10s' | undefined;
  die: (error: unknown) => void = () => undefined;

  behaviour(behaviour: Behaviour = {}): Behaviour {
    return {
      restart: SOON,
      ...behaviour,
      startup: async (context) => {
        if (this.failsWith !== undefined) throw this.failsWith;
        if (this.startsIn !== undefined) await context.sleep(this.startsIn);
        await behaviour.startup?.(context);
      },
      run: ({ fail, sleep }) => {
        this.die = fail;
        return sleep('1000d');
      },
    };
  }
}

/** A daemon that dies, starts slowly or fails to start when a test says so. */
export function givenPatient(name: string, behaviour: Behaviour = {}): { patient: Patient; listener: Class } {
  const patient = new Patient();
  return { patient, listener: givenListener(patient.journal, name, patient.behaviour(behaviour)) };
}

/** A started application. */
export async function started(
  listeners: TestApplicationOptions['listeners'],
  options: Partial<TestApplicationOptions> = {},
): Promise<TestApplication> {
  const app = await createTestApplication({ listeners, ...options });
  await app.start();
  return app;
}

export const statusOf = (app: TestApplication, name: string) => app.status().listeners.find((one) => one.name === name);
export const stateOf = (app: TestApplication, name: string) => statusOf(app, name)?.state;

/** The events of listeners and of degradation, as they come. */
export function eventsOf(app: TestApplication): string[] {
  const events: string[] = [];
  app.events.onAny((name, event) => {
    if (name.startsWith('listener.') || /degraded|recovered/.test(name))
      events.push('listener' in event ? `${event.listener} ${name.slice('listener.'.length)}` : name);
  });
  return events;
}
