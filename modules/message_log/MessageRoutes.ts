import type { FastifyInstance } from 'fastify';
import { injectable } from 'inversify';

import { disconnection } from '../shared/http';
import { WebRoutes } from '../web/WebRoutes';
import { CHANNELS, DIRECTIONS } from './LoggedMessage';
import { type MessageFilter, MessageLog } from './MessageLog';

const QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    channel: { type: 'string', enum: CHANNELS },
    direction: { type: 'string', enum: DIRECTIONS },
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$', default: '100' },
  },
};

/** `GET /api/messages?limit=&channel=&direction=`: the last messages, oldest first. */
@injectable()
export class MessageRoutes extends WebRoutes {
  constructor(private readonly messages: MessageLog) {
    super();
  }

  override register(server: FastifyInstance): void {
    server.get<{ Querystring: Pick<MessageFilter, 'channel' | 'direction'> & { limit: string } }>(
      '/api/messages',
      { schema: { querystring: QUERY } },
      async ({ query: { limit, ...filter } }, reply) => {
        const signal = disconnection(reply.raw);
        return { messages: await this.messages.latest(Number(limit), { ...filter, signal }) };
      },
    );
  }
}
