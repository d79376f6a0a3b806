import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { codeOf, limited, messageOf, type ListenerLogger } from 'daemonry';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';

import { propertyOf } from '../shared/fields';
import type { Refusal } from './guards';

/** The body of every answer that is not a success. */
export interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly problems?: readonly string[] };
}

export const failure = (code: string, message: string, problems?: readonly string[]): Failure => ({
  error: { code, message, ...(problems === undefined ? {} : { problems }) },
});

const MOST_PROBLEMS = 50;

const CODE_OF_PART: Readonly<Record<string, string>> = {
  body: 'BAD_BODY',
  querystring: 'BAD_QUERY',
  params: 'BAD_PATH',
  headers: 'BAD_HEADERS',
};

const OF_BODIES: ReadonlySet<string> = new Set(['BAD_BODY', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']);

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/**
 * Has every error of a route answered as a {@link Failure}: the caller's with its problems, others logged and not told. So is a
 * request that expects what nobody knows, which Node would answer without a body.
 *
 * @param unread - called with the answer to a request whose body is not what its route reads. @defaultValue nobody
 */
export function answerErrors(
  server: FastifyInstance,
  log: ListenerLogger,
  unread?: (request: FastifyRequest, refusal: Refusal) => void,
): void {
  server.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.stringify(failure('EXPECTATION_UNKNOWN', 'The request has an Expect that is not known here.'));
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
    response.writeHead(417, { connection: 'close', ...headers }).end(body);
  });
  server.setErrorHandler((error, request, reply) => {
    const known = propertyOf(error, 'statusCode');
    const status = typeof known === 'number' ? known : 500;
    if (status < 500) {
      const answer = callersFailure(error, status);
      const { code, message, problems = [] } = answer.error;
      if (OF_BODIES.has(code)) unread?.(request, { status, code, message: [message, ...problems].join(' ') });
      return reply.code(status).send(answer);
    }
    log.error('A request failed', { error, ...limited('http: failed requests') });
    return reply.code(500).send(failure('INTERNAL', 'The request failed; the log says why.'));
  });
}

function callersFailure(error: unknown, status: number): Failure {
  const found = propertyOf(error, 'validation');
  if (Array.isArray(found)) {
    const validation = found as readonly ValidationProblem[];
    const part = propertyOf(error, 'validationContext');
    const validationContext = typeof part === 'string' ? part : 'body';
    const told = validation.slice(0, MOST_PROBLEMS).map((problem) => describe(problem, validationContext));
    const rest = validation.length - told.length;
    const problems = rest > 0 ? [...told, `and ${rest} more`] : told;
    return failure(CODE_OF_PART[validationContext] ?? 'BAD_REQUEST', 'The request is not valid.', problems);
  }
  return failure(CODE_OF_STATUS[status] ?? ownCode(codeOf(error) ?? ''), messageOf(error));
}

function ownCode(code: string): string {
  if (code.startsWith('FST_ERR_CTP_')) return 'BAD_BODY';
  return code === '' || code.startsWith('FST_') ? 'BAD_REQUEST' : code;
}

type ValidationProblem = NonNullable<FastifyError['validation']>[number];

function describe(
  { instancePath, keyword, params, message = 'is not valid' }: ValidationProblem,
  part: string,
): string {
  const where = `${part}${instancePath.replaceAll('/', '.')}`;
  if (keyword === 'additionalProperties') return `${where} has no "${String(params['additionalProperty'])}"`;
  if (keyword === 'enum') return `${where} must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
  return `${where} ${message}`;
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers what is no HTTP request, or no whole one, and closes its connection. */
export function answerClientError(error: unknown, socket: Socket): void {
  if (codeOf(error) === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF_ERROR[codeOf(error) ?? ''] ?? 400;
  const body = JSON.stringify(failure('BAD_REQUEST', 'The request could not be read.'));
  socket.end(
    `HTTP/1.1 ${status} ${REASON[status] ?? ''}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
