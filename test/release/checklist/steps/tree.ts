import { succeed } from "../processes.js";
import { failIf, type Problem, type Step } from "../step.js";

/** What the answers of git say against a release. `tagged` is the commit of the tag, undefined without a tag. */
export function treeProblems(
  status: string,
  head: string,
  tag: string | undefined,
  tagged: string | undefined,
): readonly Problem[] {
  const lines = status.split("\n").filter((line) => line !== "");
  const problems: Problem[] = [];
  if (lines.length > 0)
    problems.push({
      what: `${lines.length === 1 ? "1 file is" : `${lines.length} files are`} not committed`,
      why: `the package would have what no commit has:\n${lines.slice(0, 10).join("\n")}`,
      fix: "commit the changes, or undo them",
    });
  if (tag !== undefined && tagged !== head)
    problems.push({
      what: tagged === undefined ? `there is no tag ${tag}` : `the tag ${tag} is not on this commit`,
      why: `this commit is ${head.slice(0, 12)}, and the tag names ${tagged?.slice(0, 12) ?? "nothing"}`,
      fix: tagged === undefined ? `set it: git tag ${tag}` : `check it out: git switch --detach ${tag}`,
    });
  return problems;
}

export const tree: Step = {
  name: "tree",
  title: "everything is committed, and the tag is on this commit",
  async run({ root, tag, env, processes }) {
    const git = (...args: string[]) => ({ program: "git", args, cwd: root, env });
    const { stdout: status } = await succeed(
      processes,
      git("status", "--porcelain"),
      "run it in a clone of the repository",
    );
    const head = (await succeed(processes, git("rev-parse", "HEAD"))).stdout.trim();
    const found =
      tag === undefined ? undefined : await processes.run(git("rev-parse", "--verify", `refs/tags/${tag}^{commit}`));
    failIf(treeProblems(status, head, tag, found?.code === 0 ? found.stdout.trim() : undefined));
    return `commit ${head.slice(0, 12)}${tag === undefined ? "" : `, ${tag}`}`;
  },
};
