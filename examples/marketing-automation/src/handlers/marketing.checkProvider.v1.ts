import { allow, defineHandler, deny } from "../generated/events/marketing.checkProvider.v1.gen.js";

export default defineHandler(async (_payload, context) => {
  if (context.secret("PROVIDER_API_KEY") === undefined) return deny({ message: "Enter the provider's key first" });
  const { data } = await context.api.GET("/api/v1/ext/webhook_url", {
    params: { query: { action_name: "form_submitted" } },
  });
  const address = data?.webhook_url;
  return allow({
    message: "The provider is set up",
    ...(typeof address === "string" ? { outputFields: { form_url: address } } : {}),
  });
});
