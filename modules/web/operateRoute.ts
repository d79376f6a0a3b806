import { type Application, codeOf, messageOf, OperationInvalidError, type OperateRequest } from 'daemonry';
import type { FastifyInstance, FastifyReply } from 'fastify';

import { failure, type Failure } from './failures';

/** Said by who sends the request, and by nothing in it. */
const FROM_OPERATOR = ['by', 'kind'];
/** Marks a request whose body has them: `operate` refuses it, with everything else that is wrong. No body can have it itself. */
const SAYS_WHO_ACTS = Symbol.for('daemonry.saysWhoActs');

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  OPERATION_INVALID: 400,
  AMBIGUOUS_TASK: 400,
  UNKNOWN_LISTENER: 404,
  UNKNOWN_TASK: 404,
  INTENT_OVERRULED: 409,
  NOT_RUNNING: 409,
  RESTART_FAILED: 409,
  CLUSTER_UNREACHABLE: 503,
  CLUSTER_TRIGGER_EXPIRED: 504,
};

/**
 * `POST /api/operate`: has the application do what the body asks for, as `app.operate` takes it, for the operator who sends
 * it. What is still going on when the server closes, such as a restart of the server itself, is answered with 202.
 */
export function registerOperateRoute(server: FastifyInstance, application: Application): void {
  let close = (): void => undefined;
  const closing = new Promise<undefined>((resolve) => {
    close = () => resolve(undefined);
  });
  const answering = new Set<Promise<unknown>>();
  server.addHook('preClose', async () => {
    close();
    await Promise.all(answering);
  });

  server.post<{ Body: Readonly<Record<string, unknown>> }>(
    '/api/operate',
    { schema: { body: { type: 'object' } }, config: { may: 'operate' } },
    async ({ body, operator }, reply) => {
      const answered = new Promise<void>((resolve) => reply.raw.once('close', resolve));
      answering.add(answered);
      void answered.then(() => answering.delete(answered));
      const request = { ...body, by: operator?.name, kind: operator?.kind };
      if (FROM_OPERATOR.some((field) => field in body)) Object.assign(request, { [SAYS_WHO_ACTS]: true });
      try {
        // A body may be anything: `operate` checks it, and announces what it refuses.
        const result = await Promise.race([application.operate(request as unknown as OperateRequest), closing]);
        return result ?? (await reply.code(202).send({ ...request, lifted: [], notes: [GOES_ON] }));
      } catch (error) {
        return answerRefusedAct(reply, error);
      }
    },
  );
}

const GOES_ON = 'It goes on while this server closes: the log and the audit log say how it ends.';

/** Answers an act that was refused, or failed, by its code; throws what is an error of the server. */
export function answerRefusedAct(reply: FastifyReply, error: unknown): FastifyReply {
  const code = codeOf(error) ?? '';
  const status = STATUS_OF_CODE[code] ?? (code.startsWith('STATE_') ? 503 : undefined);
  if (status === undefined) throw error;
  return reply.code(status).send(refusalOf(error, code));
}

function refusalOf(error: unknown, code: string): Failure {
  if (!(error instanceof OperationInvalidError)) return failure(code, messageOf(error));
  return failure(code, 'The request is not valid; nothing was done.', error.problems);
}
