import { type Answer, type Question, ReasoningEngine, reasoningEngineModule } from '@daemonry/modules/reasoning_engine';
import { override } from 'daemonry/testing';

export const answering = (text: string) => (): Promise<Answer> =>
  Promise.resolve({ ok: true, text, source: 'model', toolCalls: 0 });

/** The module of the engine, and an override that answers in its place as `respond` says. */
export function givenEngine(respond: (question: Question) => Promise<Answer> = answering('The disk is full.')) {
  const questions: Question[] = [];
  const engine = {
    startup: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    respond: (question: Question) => {
      questions.push(question);
      return respond(question);
    },
  };
  return { questions, modules: [reasoningEngineModule()], overrides: [override(ReasoningEngine, engine)] };
}
