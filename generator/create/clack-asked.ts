import { cancel, confirm, intro, isCancel, multiselect, select, text } from "@clack/prompts";
import type { Asked, Choice } from "./questions.js";

const optionsOf = (choices: readonly Choice[]) => choices.map(({ value, hint }) => ({ value, label: value, hint }));

/** `undefined` for a cancelled prompt. */
const answer = async <T>(prompt: Promise<T>): Promise<Exclude<T, symbol> | undefined> => {
  const given = await prompt;
  return isCancel(given) ? undefined : (given as Exclude<T, symbol>);
};

/** Asks in the terminal. */
export const clackAsked: Asked = {
  begin: (title) => intro(title),
  cancelled: (message) => cancel(message),
  text: (message, usual, problemOf) =>
    answer(
      text({
        message,
        placeholder: usual,
        defaultValue: usual,
        validate: (given) => problemOf?.(given || usual),
      }),
    ),
  one: (message, choices) => answer(select({ message, options: optionsOf(choices) })),
  several: (message, choices, usual) =>
    answer(multiselect({ message, options: optionsOf(choices), initialValues: [...usual], required: false })),
  confirm: (message) => answer(confirm({ message })),
};
