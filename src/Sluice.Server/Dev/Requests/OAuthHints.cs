using System.Globalization;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

/// <summary>Says what an OAuth client really got wrong: the answers must not, so that a thief learns nothing.</summary>
internal sealed class OAuthHints(RequestLog log)
{
    public IEnumerable<Hint> Find(AnsweredRequest answered) => answered.Notes.OAuth is { } note ? [FindLost(note) ?? new Hint(note.Code, note.Message, note.Name)] : [];

    /// <summary>A refresh token was used before. If the answer to that request never arrived, the client could not know the new one.</summary>
    private Hint? FindLost(OAuthNote note) =>
        note.RefreshedBy is { } requestId && log.Read(null).Find(past => past.RequestId == requestId) is { Status: null } lost
            ? new Hint(
                "refresh-answer-lost",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The answer of your refresh was lost: request {requestId} at {lost.Time.UtcDateTime:HH:mm:ss} UTC used this refresh token, and the connection was cut before the new tokens arrived. The old one is dead all the same; only a new consent helps."),
                note.Name)
            : null;
}
