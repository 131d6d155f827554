import { allow, defineHandler } from "../generated/events/issue.created.v1.gen.js";
import { Scope } from "../generated/scopes.gen.js";

export default defineHandler({ requiredScopes: [Scope.IssuesRead] }, ({ issue }, context) => {
  context.log.info("greeted", { issue: issue.id });
  return allow({ message: `${context.settings.GREETING}, ${issue.title ?? "new issue"}!` });
});
