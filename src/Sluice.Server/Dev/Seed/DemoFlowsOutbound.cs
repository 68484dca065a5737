using Sluice.Engine.Flows;

using static Sluice.Server.Dev.Seed.DemoStep;

namespace Sluice.Server.Dev.Seed;

/// <summary>Flows for people whom the company contacts first.</summary>
internal static class DemoFlowsOutbound
{
    /// <summary>The flow of the published examples [seed].</summary>
    public const string SdrFlow = "SDR Flow";

    public const string Cold = "Warehouse operations, first contact";

    public static readonly DemoFlow[] All =
    [
        new(SdrFlow, "Our standard first approach. Nobody in it is written to from another flow.", "Daniel", FlowVisibility.Company, DemoTime.Day(2018, 11, 12), 5,
        [
            AutoMail(0, "Walking distance at {{account_name}}", """
                <p>Hi {{recipient.first_name}},</p>
                <p>In most warehouses we visit, pickers spend more than half of a shift walking. Our robots do the walking: they drive to the shelf, the picker stays in the aisle, and the order leaves when the cart is full.</p>
                <p>If you can tell me roughly how many order lines {{account_name}} ships on a busy day, I will send back one page with what other sites of that size have gained, and what it took to get there.</p>
                <p>Would that be useful?</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Call(2, """
                <p>Introduce yourself and ask who looks after picking at {{account_name}}. Three questions, in this order:</p>
                <ul><li>How many order lines on an average day, and on the worst one?</li><li>How many people pick, and how many of them are seasonal?</li><li>What did they last try to make it faster?</li></ul>
                <p>No voicemail on the first attempt.</p>
                """),
            Connect(1, "Hi {{recipient.first_name}}, I work with warehouse teams on walking time. I sent you a note this week and would be glad to be connected either way."),
            AutoReply(3, "Walking distance at {{account_name}}", """
                <p>Hi {{recipient.first_name}},</p>
                <p>One thing I left out: nothing is bolted to the floor. The robots find their way with the shelves you have, and a pilot is six weeks in one zone while the rest of the building works as before.</p>
                <p>I am happy to arrange a call with a site manager who has done it. You can ask about the bad days without me in the room.</p>
                <p>{{sender.first_name}}</p>
                """),
            Call(4, "<p>Refer to the offer of a reference call. If there is no budget before summer, ask which month planning begins and note it.</p>"),
            HandMail(5, "Should I close this, {{recipient.first_name}}?", """
                <p>Hi {{recipient.first_name}},</p>
                <p>I have written a few times and do not want to be a nuisance. If picking is not on your list this year, a one-word answer is enough and I will leave you in peace.</p>
                <p>If it is, but not now, tell me the month and I will be back then.</p>
                <p>All the best,<br>{{sender.first_name}}</p>
                """),
        ]) { Id = 1695493301223590792, Folder = DemoTeam.Outbound, Exclusive = true },

        new(Cold, "For operations people at sites with more than 50 pickers. Read about the site before the call.", "Priya", FlowVisibility.Company, DemoTime.Day(2025, 2, 10), 5,
        [
            AutoMail(1, "{{account_name}}: a question about peak season", """
                <p>Hi {{recipient.first_name}},</p>
                <p>How many temporary pickers does {{account_name}} bring in for peak, and how long is it until they are as quick as the rest of the team?</p>
                <p>I ask because that is usually where our customers start. A picker who follows a robot is at full speed on the second day, as nobody has to learn the building.</p>
                <p>Worth a quarter of an hour?</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Call(3, "<p>Ask about temporary staff: how many, from which week, how long the training takes. Offer the cost sheet for sites of their size.</p>"),
            AutoReply(4, "{{account_name}}: a question about peak season", """
                <p>Hi {{recipient.first_name}},</p>
                <p>Here is the short version in numbers from a site with 80 pickers: 62 lines an hour before, 131 after, eleven weeks from contract to first order. The robots are rented by the month, so peak is a bigger fleet and not a bigger purchase.</p>
                <p>I can send the calculation so that you can put your own figures in. Shall I?</p>
                <p>{{sender.first_name}}</p>
                """),
            Message(4, "Hi {{recipient.first_name}}, I wrote about training time in peak season. If somebody else at {{account_name}} looks after that, I would be grateful for the name."),
            HandMail(6, "Last note on peak season", """
                <p>Hi {{recipient.first_name}},</p>
                <p>This is my last note for now. If you would like to see the robots at work without a sales meeting, our demo hall in Ontario, California is open every other Thursday, and bringing a difficult order is encouraged.</p>
                <p>{{sender.first_name}}</p>
                """),
        ]) { Folder = DemoTeam.Outbound },

        new("Closed lost, six months on", "Switched off while marketing rewrites the second mail.", "Daniel", FlowVisibility.Company, DemoTime.Day(2024, 6, 3), 2,
        [
            HandMail(0, "Has anything changed at {{account_name}}?", """
                <p>Hi {{recipient.first_name}},</p>
                <p>When we spoke last year the timing was wrong, and I said I would ask again. Two things are different on our side: contracts now begin at five robots instead of twelve, and they lift up to 60 kg.</p>
                <p>Is it worth looking at again, or shall I ask next year?</p>
                <p>{{sender.first_name}}</p>
                """),
            Call(4, "<p>Read why we lost before you dial. Ask about that and nothing else.</p>"),
            Reply(7, """
                <p>Hi {{recipient.first_name}},</p>
                <p>I tried to reach you by phone as well. If the decision has moved to somebody else, I would be grateful for a name; if there is none to be made, that is a good answer too.</p>
                <p>{{sender.first_name}}</p>
                """),
        ]) { Folder = DemoTeam.Outbound, Enabled = false },

        new("Spring pilot offer", "Ran until the end of the quarter.", "Grace", FlowVisibility.Company, DemoTime.Day(2026, 2, 2), 0,
        [
            AutoMail(0, "Six weeks, one zone, no fee", """
                <p>Hi {{recipient.first_name}},</p>
                <p>Until the end of June we set up pilots without the usual fee: six weeks, one zone of your warehouse, ten robots, and our people on site for the first two weeks.</p>
                <p>You decide afterwards. If the numbers are not better, we take the robots home and you keep the report.</p>
                <p>Shall I reserve one of the places for {{account_name}}?</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Call(3, "<p>Ask whether they have a zone that could stand alone for six weeks. If yes, hand over to an account executive on the call.</p>"),
            AutoReply(7, "Six weeks, one zone, no fee", "<p>Hi {{recipient.first_name}},</p><p>Three of the eight places are left, and the offer ends with the quarter. I will not bring it up again after that.</p><p>{{sender.first_name}}</p>"),
        ]) { Folder = DemoTeam.Outbound, DeletedAt = DemoTime.Day(2026, 7, 1) },
    ];
}
