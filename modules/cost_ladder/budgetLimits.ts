/** In USD for a month. */
export const SMALLEST_BUDGET_USD = 0.01;
export const LARGEST_BUDGET_USD = 1_000_000;
