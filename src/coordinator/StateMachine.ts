import { IllegalMoveError } from '../errors/bootErrors';

/** For each state, the states it may go to. */
export type Moves<S extends string> = Readonly<Record<S, readonly S[]>>;

/** One state, which changes only as its table of moves allows. */
export class StateMachine<S extends string> {
  readonly #subject: string;
  readonly #moves: Moves<S>;
  #state: S;

  constructor(subject: string, moves: Moves<S>, initial: S) {
    this.#subject = subject;
    this.#moves = moves;
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  /** @throws IllegalMoveError when the table does not have the move. */
  move(to: S): void {
    if (!this.#moves[this.#state].includes(to)) throw new IllegalMoveError(this.#subject, this.#state, to);
    this.#state = to;
  }

  is(...states: readonly S[]): boolean {
    return states.includes(this.#state);
  }
}
