/** Prints one figure: its name, value, ratio and aim. */
export function row(name, value, ratio, aim) {
  console.log(`  ${name.padEnd(44)} ${value.padStart(12)} ${ratio.padStart(8)}  ${aim}`);
}
