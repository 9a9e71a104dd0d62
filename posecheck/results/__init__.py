"""Result files of a judged recording: tables, summary, landmarks, and OpenSim exports."""
