import { DaemonryError } from './DaemonryError';
import { describeProblem, type Problem } from './Problem';

/** Thrown by `createApplication`: everything that is wrong with the application, its configuration included. */
export class PlanError extends DaemonryError {
  constructor(
    application: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('PLAN_INVALID', {
      what: [
        `The application "${application}" cannot start: ${count}.`,
        ...problems.map((problem, index) => `${index + 1}. ${describeProblem(problem)}`.replaceAll('\n', '\n   ')),
      ].join('\n'),
      fix: 'correct what is listed above; nothing was constructed and nothing was started.',
    });
  }
}
