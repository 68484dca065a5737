using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Sluice.Server.Api.V2.Crm;

/// <summary>
/// The parts of an upload's body, read one after the other. A body that is no sound form throws IOException, InvalidDataException or FormatException.
/// </summary>
internal sealed class UploadParts
{
    private const string Wanted = "dataFile";
    private const int MaxBoundary = 1000; // RFC 2046 allows 70. The reader's buffer of 4 KiB must hold it.
    private const int MaxParts = 100;

    private readonly MultipartReader? _reader;
    private int _count;

    private UploadParts(MultipartReader? reader) => _reader = reader;

    /// <exception cref="FormatException">The content type is malformed, names two boundaries, or a far too long one.</exception>
    public static UploadParts Open(HttpRequest request)
    {
        var type = MediaTypeHeaderValue.Parse(request.ContentType);
        if (type.Parameters.Count(parameter => parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase)) > 1)
        {
            throw new FormatException("There are several boundaries");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return string.IsNullOrEmpty(boundary) ? new UploadParts(null)
            : boundary.Length > MaxBoundary ? throw new FormatException($"The boundary has {boundary.Length} characters")
            : new UploadParts(new MultipartReader(boundary, request.Body));
    }

    /// <returns>The content of the next part named dataFile; null if there is none.</returns>
    public async Task<Stream?> FindAsync(CancellationToken ct)
    {
        while (_reader is not null && await _reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (++_count > MaxParts)
            {
                throw new InvalidDataException($"The form has more than {MaxParts} parts");
            }

            if (section.GetContentDispositionHeader()?.Name.Equals(Wanted, StringComparison.Ordinal) ?? false)
            {
                return section.Body;
            }
        }

        return null;
    }

    /// <summary>Reads on to the end of the form: it must be there, and must not hold another file, whose lines would be lost.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        if (await FindAsync(ct) is not null)
        {
            throw new InvalidDataException($"The form has several parts named {Wanted}");
        }
    }
}
