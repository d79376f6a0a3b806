/** Removes the item at `index` of a list that seldom has more than one: `splice` would make a list of what it removed. */
export function removeAt(list: unknown[], index: number): void {
  if (index === list.length - 1) list.pop();
  else list.splice(index, 1);
}
