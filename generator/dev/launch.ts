/** A running `kiket-gen dev` of one project, as `.kiket-gen/launch.json` has it. */
export interface Launch {
  /** Random. Every process of the launch has it in its environment, and the inspector answers it. */
  readonly launchId: string;
  /** The inspector's token. */
  readonly token: string;
  /** Of the boot of this machine. Process ids of another boot say nothing. */
  readonly bootId: string;
  readonly pid: number;
  /** Process groups that it has started. */
  readonly groups: readonly number[];
  /** Addresses on 127.0.0.1, without a slash at the end. */
  readonly inspector: string;
  readonly kiket: string;
  readonly extension?: string;
}
