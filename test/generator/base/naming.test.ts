import { describe, expect, it } from "vitest";
import {
  camelCase,
  compare,
  eventFileName,
  eventTypeName,
  eventVariableName,
  pascalCase,
  scopeName,
  shortestNames,
} from "../../../generator/base/naming.js";

describe("identifiers", () => {
  it.each([
    ["issue.created", "IssueCreated"],
    ["issues:read", "IssuesRead"],
    ["slack.workflowAction.requestApproval", "SlackWorkflowActionRequestApproval"],
    ["custom_data.write", "CustomDataWrite"],
    ["3d.print", "_3dPrint"],
    ["été", "Été"],
    ["сделка.создана", "СделкаСоздана"],
    ["案件.作成", "案件作成"],
    ["💥 boom", "U1f4a5Boom"],
    ["𐄇", "U10107"],
    ["", "_"],
    ["*/ alert(1)", "Alert1"],
  ])("%j is %s as a type", (given, expected) => {
    expect(pascalCase(given)).toBe(expected);
  });

  it.each([
    ["automation_records", "automationRecords"],
    ["API_KEY", "apiKey"],
    ["time-entries", "timeEntries"],
    ["class", "class_"],
    ["__proto__", "proto"],
    ["9lives", "_9lives"],
  ])("%j is %s as an accessor", (given, expected) => {
    expect(camelCase(given)).toBe(expected);
  });

  it("gives different versions different names", () => {
    expect(eventTypeName("issue.created", "v1")).toBe("IssueCreatedV1");
    expect(eventTypeName("issue.created", "1.0")).toBe("IssueCreatedV1_0");
    expect(["1", "v1", "V1"].map((version) => eventTypeName("a", version))).toEqual(["AV1", "AV1", "AVV1"]);
    expect(eventVariableName("issue.created", "2024-10-01")).toBe("issueCreatedV2024_10_01");
  });

  it("names the wildcard scope", () => {
    expect(scopeName("*")).toBe("All");
  });
});

describe("file names", () => {
  it.each([
    ["issue.created", "v1", "issue.created.v1"],
    ["twilio.workflowAction.sendSms", "v2", "twilio.workflowAction.sendSms.v2"],
    ["../../etc/passwd", "v1", "_x2e__x2e__x2f_._x2e__x2f_etc_x2f_passwd.v1"],
    ["a\\b", "v1", "a_x5c_b.v1"],
    ["a\nb", "v1", "a_xa_b.v1"],
    ["%2e%2e", "v1", "_x25_2e_x25_2e.v1"],
    ["-rf", "v1", "_x2d_rf.v1"],
    ["💥", "v1", "_x1f4a5_.v1"],
  ])("%j %s is %s", (event, version, expected) => {
    expect(eventFileName(event, version)).toBe(expected);
    expect(expected).not.toContain("..");
  });
});

describe("order and short names", () => {
  it("orders by code unit, not by locale", () => {
    expect(["b", "a", "B", "é", "z"].sort(compare)).toEqual(["B", "a", "b", "z", "é"]);
  });

  it("takes the last segment, and more if two ids share it", () => {
    const ids = ["a.crm.contacts", "b.contacts", "x.orders", "solo"];
    expect([...shortestNames(ids)]).toEqual([
      ["a.crm.contacts", "crmContacts"],
      ["b.contacts", "bContacts"],
      ["x.orders", "orders"],
      ["solo", "solo"],
    ]);
  });

  it("stops if ids are the same after splitting", () => {
    expect([...shortestNames(["a.b", "a..b"]).values()]).toEqual(["aB", "aB"]);
  });
});
