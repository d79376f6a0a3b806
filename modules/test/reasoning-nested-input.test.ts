import type { ReasoningTool } from '@daemonry/modules/reasoning_engine';

import { endModels, givenRunningModel } from './support/givenModel';
import { json, type Reply } from './support/givenReplies';
import { ANTHROPIC, type ModelWire, OPENAI } from './support/modelWires';

afterEach(endModels);

const LEVELS = 8_000;
const NESTED = `{"a":${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}}`;
const REASON = 'the input is nested more than 100 levels deep';

const wants = (wire: ModelWire, input: unknown): Reply => wire.wants([{ id: 'call_1', name: 'reader', input }]);

const completion: Reply = json({
  choices: [
    {
      message: { tool_calls: [{ id: 'call_1', function: { name: 'reader', arguments: 'NESTED' } }] },
      finish_reason: 'tool_calls',
    },
  ],
});

/** The reply with a value that is nested deeply in place of `"NESTED"`: no call writes such JSON. */
const nesting =
  (reply: Reply): Reply =>
  (response) => {
    const send = response.end.bind(response);
    response.end = ((body: string) => send(body.replace('"NESTED"', () => NESTED))) as typeof response.end;
    reply(response);
  };

describe('an answer of a model that is nested too deeply', () => {
  it.each<[string, ModelWire, Reply]>([
    ['Anthropic', ANTHROPIC, nesting(wants(ANTHROPIC, 'NESTED'))],
    ['an OpenAI-compatible endpoint, as a text', OPENAI, wants(OPENAI, NESTED)],
    ['an OpenAI-compatible endpoint, as an object', OPENAI, nesting(completion)],
  ])('in the input of a tool is a refused call, told to the model and in the audit log: %s', async (_, wire, reply) => {
    const call = jest.fn();
    const reader: ReasoningTool = { name: 'reader', description: '', inputSchema: { type: 'object' }, call };
    const { ask, requests, audited } = await givenRunningModel(wire, {
      tools: [reader],
      replies: [reply, wire.says('done')],
    });

    expect(await ask('go', { route: 'email_inbound' })).toMatchObject({ ok: true, text: 'done' });
    expect(call).not.toHaveBeenCalled();
    expect(requests()[1]?.results).toEqual([{ id: 'call_1', text: `Refused, and nothing was done: ${REASON}.` }]);
    expect(await audited()).toEqual([
      {
        type: 'capability.denied',
        details: { surface: 'reasoning_engine', caller: 'email_inbound', capability: 'reader', reason: REASON },
      },
    ]);
  });

  it('anywhere else is no answer', async () => {
    const content = [{ type: 'thinking', thinking: 'NESTED' }];
    const reply = nesting(json({ type: 'message', role: 'assistant', content, stop_reason: 'end_turn', usage: {} }));
    const { app, ask } = await givenRunningModel(ANTHROPIC, { replies: [reply] });

    expect(await ask('go')).toEqual({
      ok: false,
      code: 'provider_failed',
      text: 'The model did not answer: the answer is nested more than 100 levels deep.',
    });
    expect(app.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
