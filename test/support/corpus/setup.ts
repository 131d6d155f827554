const obtain = {
  type: "oauth2",
  secret: true,
  help_url: "https://oven.example/help",
  authorization_url: "https://oven.example/authorize",
  token_url: "https://oven.example/token",
  provider: "oven",
  scopes: ["heat"],
  store_as: "OVEN_TOKEN",
  client_id: "OVEN_CLIENT",
};

/** Steps of a setup wizard, with every key that a step may have. */
export const setup = [
  {
    secrets: {
      title: "Connect the oven",
      description: "Once",
      required: true,
      scope: "organization",
      help_url: "https://oven.example/help",
      collect: ["OVEN_TOKEN"],
      fields: [
        {
          key: "OVEN_PIN",
          label: "Pin",
          description: "Under the lid",
          placeholder: "0000",
          required: false,
          help_url: "https://oven.example/pin",
          obtain,
        },
      ],
    },
  },
  {
    configure: {
      title: "Choose",
      description: "What is baked",
      scope: "project",
      required: false,
      collect: ["loaves"],
      fields: [
        {
          key: "flour",
          type: "select",
          label: "Flour",
          options: [{ value: "rye", label: "Rye" }, { value: "spelt" }],
          required: false,
        },
        { key: "heat", type: "number", default: 230.5, min: 100, max: 300, showWhen: { field: "flour" } },
        { key: "early", type: "checkbox", default: true, description: "Before six" },
        { key: "sign", type: "text", default: "Open", placeholder: "Open" },
      ],
    },
  },
  {
    test: {
      title: "Try it",
      description: "Heats for a moment",
      action: "bakery.try",
      check_endpoint: "/health",
      successMessage: "Warm",
      required: false,
    },
  },
  {
    info: {
      title: "Done",
      description: "That is all",
      scope: "project",
      content: "Bake away",
      markdown: "**Bake**",
      links: [{ label: "Help", url: "https://bakery.example", icon: "book" }],
    },
  },
  { oauth: { title: "Account", description: "Of the mill", provider: "mill", scopes: ["flour"] } },
];
