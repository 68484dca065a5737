using Sluice.Engine.Flows;

using static Sluice.Server.Dev.Seed.DemoStep;

namespace Sluice.Server.Dev.Seed;

/// <summary>Flows that only one user or a few users see.</summary>
internal static class DemoFlowsPersonal
{
    public static readonly DemoFlow[] All =
    [
        new("Partner introductions", "Prospects that an integrator or a shelving supplier has told us about.", "Test", FlowVisibility.Shared, DemoTime.Day(2025, 3, 17), 3,
        [
            Custom(0, "Thank the partner", "<p>Write to the partner before you write to the prospect: thank them, and ask what to mention and what to leave out.</p>"),
            HandMail(1, "We have a friend in common", """
                <p>Hi {{recipient.first_name}},</p>
                <p>The people who built your racking tell me that {{account_name}} is looking at its aisles again, and thought that we should talk before the drawings are final. A hundred millimetres in the right place saves a good deal later.</p>
                <p>May I send you the two pages on aisle widths that we give to planners? There is nothing to sign up for.</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Message(3, "Hi {{recipient.first_name}}, our common friend was right that this comes up before the drawings are done, not after. Is there a planner at {{account_name}} I should send the aisle guide to?"),
            Call(4, "<p>Ask when the layout is decided. If it is within three months, bring in a solutions engineer now.</p>"),
        ]) { SharedWith = ["Hannah", "Mateo"] },

        new("Pilot sites for 2027 (draft)", "Trying out a shorter text. Not for the team yet.", "Test", FlowVisibility.Personal, DemoTime.Day(2026, 8, 24), 1,
        [
            AutoMail(0, "A pilot at {{account_name}} in the new year", """
                <p>Hi {{recipient.first_name}},</p>
                <p>We are choosing four sites for pilots in the first quarter. I would like one of them to be yours.</p>
                <p>What we bring: ten robots, two people, six weeks. What we need: one zone and somebody who is not afraid of a spreadsheet. Interested?</p>
                <p>{{sender.first_name}}</p>
                """),
            Reply(4, "<p>Hi {{recipient.first_name}},</p><p>Two of the four sites are taken. Shall I hold one until Friday?</p><p>{{sender.first_name}}</p>"),
        ]) { Folder = DemoTeam.Drafts },

        new("Customer expansion", "Second building of a happy customer. Ask the success team first.", "Grace", FlowVisibility.Shared, DemoTime.Day(2024, 10, 7), 2,
        [
            Custom(0, "Check the account", "<p>Open tickets, last business review, who signed. If a ticket is older than a week, stop here and help with that instead.</p>"),
            HandMail(1, "The second building", """
                <p>Hi {{recipient.first_name}},</p>
                <p>Your colleagues have been running with our robots for a year, and their figures are theirs to share: I am sure they will if you ask. I would only like to know whether the same is on the table for your building.</p>
                <p>A walk through the aisles takes an hour and ends with an honest yes or no. I have sent away one site in three.</p>
                <p>When would you be free?</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Call(4, "<p>Offer the walk-through. Ask who from the first building they would like to have along.</p>"),
            Reply(6, "<p>Hi {{recipient.first_name}},</p><p>No hurry on my side. I will be in the area in the second half of the month and can come by whenever the dock is quiet.</p><p>{{sender.first_name}}</p>"),
        ]) { SharedWith = ["Test", "Owen"] },

        new("Europe: new sites", "Companies that have announced a new warehouse. Mind the local holidays.", "Amara", FlowVisibility.Shared, DemoTime.Day(2024, 1, 15), 2,
        [
            HandMail(0, "Your new site", """
                <p>Dear {{recipient.first_name}},</p>
                <p>I read that {{account_name}} is opening another warehouse. Congratulations; and I am sorry that everybody with something to sell has read it too.</p>
                <p>So only this: if picking is planned on foot, the plan can be drawn so that robots may be added in the second year without closing an aisle. It costs nothing to leave that open, and a lot to have closed it.</p>
                <p>May I send your planner the two-page checklist?</p>
                <p>Kind regards,<br>{{sender.first_name}}<br>Larkspur Robotics, London</p>
                """),
            Call(4, "<p>Ask for the planner by name if you have it. Works councils matter in Germany and France: ask early, it shows that we know.</p>"),
            Connect(2, "Dear {{recipient.first_name}}, I wrote to you about the plans for your new site and would be pleased to connect."),
            AutoReply(5, "Your new site", """
                <p>Dear {{recipient.first_name}},</p>
                <p>The checklist in one sentence, in case that is all there is time for: keep the cross aisles at 1.4 metres, and the charging points away from the dock doors.</p>
                <p>The rest can wait until you have a roof.</p>
                <p>Kind regards,<br>{{sender.first_name}}</p>
                """),
        ]) { Europe = true, SharedWith = ["Owen"] },
    ];
}
