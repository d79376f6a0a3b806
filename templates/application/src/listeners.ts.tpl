import { Greeter } from './Greeter';
// daemonry:imports

/** The listeners of this application. Order does not matter: what they inject decides it. */
export const listeners = [
  Greeter,
  // daemonry:listeners
];
