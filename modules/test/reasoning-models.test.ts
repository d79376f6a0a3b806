import type { ReasoningTool } from '@daemonry/modules/reasoning_engine';

import { endModels, givenRunningModel, IDENTITY, KEY } from './support/givenModel';
import { type Reply, silence } from './support/givenReplies';
import { ANTHROPIC, type ModelWire, OPENAI } from './support/modelWires';

afterEach(endModels);

const WEATHER: ReasoningTool = {
  name: 'weather',
  description: 'The weather of a city.',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 50 } },
    required: ['city'],
    additionalProperties: false,
  },
  call: async ({ city }) => `It rains in ${String(city)}.`,
};

describe.each<[string, ModelWire]>([
  ['Anthropic', ANTHROPIC],
  ['an OpenAI-compatible endpoint', OPENAI],
])('the reasoning engine with a model of %s', (_name, wire) => {
  describe('asking it', () => {
    it('passes its answer on', async () => {
      const { ask, requests, calls } = await givenRunningModel(wire, { replies: [wire.says(' All is well.\n')] });

      expect(await ask('how are things?')).toEqual({
        ok: true,
        text: 'All is well.',
        source: 'model',
        model: 'small-1',
        toolCalls: 0,
      });
      expect(calls.map(({ path }) => path)).toEqual([wire.path]);
      expect(requests()).toMatchObject([{ model: 'small-1', system: IDENTITY, question: 'how are things?' }]);
    });

    it('tells it what the caller adds, behind who it is', async () => {
      const { ask, requests } = await givenRunningModel(wire, { replies: [wire.says('Yes.')] });

      await ask('is it broken?', { system: 'Answer yes or no.' });

      expect(requests()[0]?.system).toBe(`${IDENTITY}\n\nAnswer yes or no.`);
    });

    it('sends the key, and no connection is kept', async () => {
      const { ask, calls } = await givenRunningModel(wire, { replies: [wire.says('Yes.')] });

      await ask('are you there?');

      expect(calls[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, connection: 'close' });
    });

    it('takes the strong model for a question that says why it is hard', async () => {
      const { ask, requests } = await givenRunningModel(wire, { replies: [wire.says('Because.')] });

      expect(await ask('why?', { escalate: 'the caller asked for it' })).toMatchObject({ model: 'large-1' });
      expect(requests()[0]?.model).toBe('large-1');
    });

    it('cuts an answer that is too long', async () => {
      const { ask } = await givenRunningModel(wire, {
        replies: [wire.says('x'.repeat(500))],
        settings: { maxAnswerLength: 100 },
      });

      const { text } = await ask('go on');

      expect(text).toHaveLength(100);
      expect(text).toMatch(/x \[…\]$/);
    });

    it.each([
      ['said nothing', wire.says('  \n'), /said nothing/],
      ['ran out of tokens first', wire.cut(''), /ran out of tokens/],
    ])('says so when it %s', async (_what, reply, text) => {
      const { ask } = await givenRunningModel(wire, { replies: [reply] });

      expect(await ask('go on')).toMatchObject({
        ok: false,
        code: 'empty_answer',
        text: expect.stringMatching(text) as string,
      });
    });

    it('passes on the beginning of an answer that ran out of tokens', async () => {
      const { ask } = await givenRunningModel(wire, { replies: [wire.cut('It began when')] });

      expect(await ask('what happened?')).toMatchObject({ ok: true, text: 'It began when' });
    });

    it('refuses to tell it more than fits', async () => {
      const { ask, calls } = await givenRunningModel(wire, { settings: { maxSystemLength: 50 } });

      expect(await ask('hm?', { system: 'x'.repeat(20) })).toMatchObject({ ok: false, code: 'question_too_long' });
      expect(calls).toHaveLength(0);
    });
  });

  describe('letting it call tools', () => {
    const twoTools = wire.wants([
      { id: 'call_1', name: 'weather', input: { city: 'Bergen' } },
      { id: 'call_2', name: 'weather', input: { city: 'Oslo' } },
    ]);

    it('gives it what they give, until it answers', async () => {
      const { ask, requests } = await givenRunningModel(wire, {
        tools: [WEATHER],
        replies: [twoTools, wire.says('Rain everywhere.')],
      });

      expect(await ask('the weather?')).toMatchObject({ ok: true, text: 'Rain everywhere.', toolCalls: 2 });
      expect(requests()[0]?.tools).toEqual(['read_snapshot', 'list_alerts', 'weather']);
      expect(requests()[1]?.results).toEqual([
        { id: 'call_1', text: 'It rains in Bergen.' },
        { id: 'call_2', text: 'It rains in Oslo.' },
      ]);
    });

    it('leaves each call in the audit log', async () => {
      const { ask, audited } = await givenRunningModel(wire, {
        tools: [WEATHER],
        replies: [twoTools, wire.says('Rain.')],
      });

      await ask('the weather?', { route: 'slack_dm' });

      const called = {
        type: 'reasoning.tool_called',
        details: { route: 'slack_dm', tool: 'weather', outcome: 'ok', durationMs: 0 },
      };
      expect(await audited()).toEqual([called, called]);
    });

    it('ends after five rounds', async () => {
      const { ask, calls, audited } = await givenRunningModel(wire, {
        tools: [WEATHER],
        replies: Array.from({ length: 9 }, () => twoTools),
      });

      expect(await ask('the weather?')).toMatchObject({ ok: false, code: 'tool_loop_exceeded' });
      expect(calls).toHaveLength(5);
      expect(await audited()).toContainEqual({
        type: 'reasoning.refused',
        details: { route: 'unknown', code: 'tool_loop_exceeded' },
      });
    });
  });

  describe('when it fails, answers with a value, and calls no second time', () => {
    it.each<[string, Reply, object]>([
      [
        'a key that is refused',
        wire.refuses(401, 'authentication_error', `invalid key ${KEY}`),
        { code: 'provider_failed', text: 'The model did not answer: HTTP 401: invalid key [redacted].' },
      ],
      [
        'a rate limit',
        wire.refuses(429, 'rate_limit_error', 'Slow down', { 'retry-after': '17' }),
        {
          code: 'provider_rate_limited',
          text: 'The model did not answer: HTTP 429, to be tried again in 17 s: Slow down.',
        },
      ],
      [
        'an overloaded provider',
        wire.refuses(529, 'overloaded_error', 'Overloaded'),
        { code: 'provider_failed', text: expect.stringContaining('HTTP 529: Overloaded') as string },
      ],
      ['a server error', wire.refuses(500, 'api_error', 'Internal server error'), { code: 'provider_failed' }],
      [
        'an error page',
        (response) => response.writeHead(502, { 'content-type': 'text/html' }).end(`<html>${'x'.repeat(9_000)}`),
        { code: 'provider_failed', text: expect.stringMatching(/^.{50,400}$/s) as string },
      ],
      [
        'malformed JSON',
        (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"content": ['),
        { code: 'provider_failed', text: expect.stringContaining('the answer is no JSON: ') as string },
      ],
      ['a text', (response) => response.end('hello'), { code: 'provider_failed' }],
      [
        'JSON of another kind',
        (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello": []}'),
        { code: 'provider_failed', text: expect.stringContaining('the answer is no ') as string },
      ],
      ['no content', (response) => response.writeHead(204).end(), { code: 'provider_failed' }],
      [
        'a redirect, which would take the key elsewhere',
        (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
        { code: 'provider_failed', text: 'The model did not answer: HTTP 307.' },
      ],
      ['a broken connection', (response) => response.destroy(), { code: 'provider_failed' }],
      [
        'a huge answer',
        wire.says('x'.repeat(5_000_000)),
        { code: 'provider_failed', text: expect.stringMatching(/larger than \d+ bytes\.$/) as string },
      ],
    ])('%s', async (_what, reply, expected) => {
      const { ask, app, calls } = await givenRunningModel(wire, { replies: [reply, wire.says('too late')] });

      expect(await ask('hello?')).toMatchObject({ ok: false, ...expected });
      expect(calls).toHaveLength(1);
      expect(JSON.stringify([app.logs, app.status(), app.plan])).not.toContain('swordfish');
    });

    it('nobody listening', async () => {
      const { ask } = await givenRunningModel(wire, { models: { baseUrl: 'http://127.0.0.1:9/v1' } });

      expect(await ask('hello?')).toMatchObject({ ok: false, code: 'provider_failed' });
    });

    it('no answer in time', async () => {
      const { app, ask, untilCalls } = await givenRunningModel(wire, { replies: [silence] });

      let settled = false;
      const answering = ask('hello?').finally(() => (settled = true));
      await untilCalls(1);
      await app.clock.advance('59s');
      expect(settled).toBe(false);
      await app.clock.advance('1s');

      expect(await answering).toMatchObject({
        ok: false,
        code: 'provider_timeout',
        text: 'The model did not answer: no answer within 60s.',
      });
    });

    it('an answer that begins and never ends', async () => {
      const { app, ask, untilCalls } = await givenRunningModel(wire, {
        replies: [(response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{')],
      });

      const answering = ask('hello?');
      await untilCalls(1);
      await app.clock.advance('60s');

      expect(await answering).toMatchObject({ ok: false, code: 'provider_timeout' });
    });

    it('a question that is taken back', async () => {
      const { ask, untilCalls } = await givenRunningModel(wire, { replies: [silence] });
      const controller = new AbortController();

      const answering = ask('hello?', { signal: controller.signal });
      await untilCalls(1);
      controller.abort();

      expect(await answering).toMatchObject({ ok: false, code: 'cancelled' });
    });
  });
});
