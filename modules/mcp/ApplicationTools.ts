import { Application } from 'daemonry';
import { injectable } from 'inversify';

import { type McpTool, McpTools } from './McpTools';

const NAME = { type: 'string', minLength: 1, maxLength: 100 } as const;
const REASON = { type: 'string', minLength: 1, maxLength: 500 } as const;
const schema = (properties: Record<string, unknown>, required: readonly string[] = []) =>
  ({ type: 'object', properties, required, additionalProperties: false }) as const;

/** Tools to ask and to operate any application. */
@injectable()
export class ApplicationTools extends McpTools {
  constructor(private readonly application: Application) {
    super();
  }

  list(): readonly McpTool[] {
    return [...this.#reading(), ...this.#operating()];
  }

  #reading(): readonly McpTool[] {
    const { application: app } = this;
    const read = { capability: 'read' } as const;
    return [
      {
        ...read,
        name: 'status',
        description:
          'The application and each of its listeners: state, tasks, next and last runs. Holds the session id.',
        inputSchema: schema({}),
        call: () => app.status(),
      },
      {
        ...read,
        name: 'health',
        description: 'Whether the application is started, ready and live, and why not.',
        inputSchema: schema({}),
        call: () => app.health(),
      },
      {
        ...read,
        name: 'runs',
        description: 'The run records of a listener, oldest first.',
        inputSchema: schema({ listener: NAME, task: NAME, limit: { type: 'integer', minimum: 1, maximum: 1_000 } }, [
          'listener',
        ]),
        call: ({ listener, ...query }) => app.runs(listener as string, query),
      },
      {
        ...read,
        name: 'explain',
        description: 'What happened to the tasks of a listener at an instant (ISO text), or will, and why.',
        inputSchema: schema({ listener: NAME, at: { type: 'string', maxLength: 50 } }, ['listener', 'at']),
        call: ({ listener, at }) => app.explain(listener as string, at as string),
      },
    ];
  }

  #operating(): readonly McpTool[] {
    const { application: app } = this;
    const operate = { capability: 'operate' } as const;
    return [
      {
        ...operate,
        name: 'trigger',
        description: 'Runs a task once now; answers with its record.',
        inputSchema: schema({ listener: NAME, task: NAME, reason: REASON }, ['listener']),
        call: async ({ listener, task, reason = 'asked for over MCP' }, { caller: by, kind }) => {
          const which = { listener: listener as string, ...(task === undefined ? {} : { task: task as string }) };
          return (await app.operate({ action: 'trigger', ...which, by, kind, reason: reason as string })).record;
        },
      },
      {
        ...operate,
        name: 'pause',
        description:
          'Keeps the tasks of a listener from running, until they are resumed, until an instant (ISO text), or for a duration such as 2h.',
        inputSchema: schema({ listener: NAME, task: NAME, reason: REASON, until: { type: 'string', maxLength: 50 } }, [
          'listener',
          'reason',
        ]),
        call: async ({ listener, task, reason, until }, { caller: by, kind }) => {
          const when = {
            ...(task === undefined ? {} : { task: task as string }),
            ...(until === undefined ? {} : { until: until as string }),
          };
          await app.pause(listener as string, { reason: reason as string, by, kind, ...when });
          return { paused: listener };
        },
      },
      {
        ...operate,
        name: 'resume',
        description: 'Lets the tasks of a listener run again.',
        inputSchema: schema({ listener: NAME, task: NAME, reason: REASON }, ['listener']),
        call: async ({ listener, ...options }, { caller: by, kind }) => {
          await app.resume(listener as string, { by, kind, ...options });
          return { resumed: listener };
        },
      },
      {
        ...operate,
        name: 'request_stop',
        description:
          'Stops the application. `session_id` is that of its status, so that a stale caller stops no newer one.',
        inputSchema: schema({ session_id: NAME, reason: REASON }, ['session_id', 'reason']),
        call: ({ session_id: session, reason }, { caller }) => {
          if (session !== app.status().sessionId) throw new Error('The session id is not that of this application.');
          app.requestShutdown(`${reason as string} (asked for by ${caller} over MCP)`);
          return { stopping: true };
        },
      },
    ];
  }
}
