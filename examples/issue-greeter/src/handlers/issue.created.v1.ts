import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler(({ issue }) => allow({ message: `Hello, ${issue.title ?? "new issue"}!` }));
