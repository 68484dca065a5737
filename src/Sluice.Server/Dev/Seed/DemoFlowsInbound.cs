using Sluice.Engine.Flows;

using static Sluice.Server.Dev.Seed.DemoStep;

namespace Sluice.Server.Dev.Seed;

/// <summary>Flows for people who contacted the company first.</summary>
internal static class DemoFlowsInbound
{
    public const string TradeShow = "Trade show follow-up";

    public static readonly DemoFlow[] All =
    [
        new("Inbound demo request", "They filled in the form on the website. Call the same day.", "Daniel", FlowVisibility.Company, DemoTime.Day(2021, 9, 20), 3,
        [
            Call(0, """
                <p>They asked for a demo, so do not pitch. Find out:</p>
                <ul><li>what made them look now,</li><li>which building it is about, and how many people pick in it,</li><li>who else has to say yes.</li></ul>
                <p>Offer two times this week before you hang up.</p>
                """),
            AutoMail(0, "Your demo, {{recipient.first_name}}", """
                <p>Hi {{recipient.first_name}},</p>
                <p>Thank you for asking to see our robots. I have just tried to call you; if a mail is easier, these three answers let me prepare something that looks like {{account_name}} and not like a brochure:</p>
                <ol><li>How many order lines do you ship on a normal day?</li><li>Do you pick single items, cases, or both?</li><li>Is there anything in the building that a cart could not drive over?</li></ol>
                <p>The demo takes half an hour. Which day suits you?</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Call(1, "<p>Second attempt, at another time of day. Leave a voicemail with your direct number.</p>"),
            Reply(2, """
                <p>Hi {{recipient.first_name}},</p>
                <p>I know how a week in operations goes. If half an hour is too much at the moment, here is the same thing in two minutes without me: a recording from a warehouse with 40,000 different items, no music, no cuts.</p>
                <p>Say the word and I will send the link, or a time.</p>
                <p>{{sender.first_name}}</p>
                """),
            Call(3, "<p>Last attempt. If there is no answer, close politely: they know where we are.</p>"),
        ]) { Exclusive = true },

        new(TradeShow, "For everybody who left a card or was scanned at our stand. Let them get home first.", "Hannah", FlowVisibility.Company, DemoTime.Day(2022, 3, 1), 4,
        [
            HandMail(5, "After the show", """
                <p>Hi {{recipient.first_name}},</p>
                <p>It was good to have you at our stand. You saw the robot carry totes; what a stand cannot show is what happens on a Monday with a backlog, so I would rather tell you about that.</p>
                <p>Do you have twenty minutes next week? If you tell me what {{account_name}} moves most, I will bring a site that does the same.</p>
                <p>{{sender.first_name}}<br>Larkspur Robotics</p>
                """),
            Connect(1, "Hi {{recipient.first_name}}, we met at our stand. Glad to stay in touch here."),
            Call(3, "<p>Mention something from the conversation at the stand; it is in the notes of the scan. No notes: ask what brought them there.</p>"),
            AutoReply(4, "After the show", """
                <p>Hi {{recipient.first_name}},</p>
                <p>As promised at the stand, the three questions every one of our customers asked before signing:</p>
                <ul><li><b>What if the network is down?</b> The robots finish the order they carry and wait where they are in nobody's way.</li><li><b>What do the pickers say?</b> Ask them. We give you a phone number at two sites.</li><li><b>What does it cost to stop?</b> A month's notice.</li></ul>
                <p>If yours is a fourth one, I would like to hear it.</p>
                <p>{{sender.first_name}}</p>
                """),
            HandMail(8, "One seat on the site tour, {{recipient.first_name}}", """
                <p>Hi {{recipient.first_name}},</p>
                <p>On the last Friday of next month we visit a customer's distribution center with a small group, twelve people at most. It is a working shift; we stand out of the way and you may ask anyone anything.</p>
                <p>I can keep a seat for {{account_name}} until Wednesday.</p>
                <p>{{sender.first_name}}</p>
                """),
        ]) { Folder = DemoTeam.Events },
    ];
}
